/** The server's codes for errors, by what lint says of them. */
const codes = {
  exists: ['42P07', '42701', '42710', '42723', '42P06'],
  'missing-object': ['42P01', '42704', '3F000'],
  'missing-column': ['42703'],
  'missing-function': ['42883'],
  'in-use': ['2BP01'],
  'no-key': ['42830'],
  'not-null': ['23502'],
  duplicate: ['23505'],
  'no-parent': ['23503'],
  rule: ['23502', '23514', '23P01', '22001', '22003', '22007', '22008', '22P02', '22023'],
  syntax: ['42601'],
} as const

export type PostgresRefusal = keyof typeof codes

/** Whether the server refused something for this reason. */
export function isRefusedFor(reason: PostgresRefusal, engineCode: unknown): boolean {
  return (codes[reason] as readonly unknown[]).includes(engineCode)
}
