import type { Handle } from 'whimbrel'

export interface Setting {
  readonly key: string
  readonly type: string
  readonly value: unknown
  readonly description: string
}

interface SettingRow extends Setting {
  readonly value: string | number
}

/** Reads single settings, each as the type it declares. */
export class SettingStore {
  readonly #select: ReturnType<Handle['prepare']>

  constructor(settings: Handle) {
    this.#select = settings.prepare('SELECT key, type, value, description FROM settings WHERE key = ?')
  }

  find(key: string): Setting | undefined {
    const row = this.#select.get(key) as SettingRow | undefined
    return row && { ...row, value: typedValue(row) }
  }
}

function typedValue({ type, value }: SettingRow): unknown {
  if (type === 'boolean') return value === 1
  return type === 'json' ? JSON.parse(String(value)) : value
}
