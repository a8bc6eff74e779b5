import { quoteIdentifier } from '../../quote-identifier.ts'
import type { EventRow, TriggerRow } from './schema-queries.ts'

const definer = / DEFINER\s*=\s*(?:`(?:[^`]|``)*`|'[^']*'|\w+)(?:\s*@\s*(?:`(?:[^`]|``)*`|'[^']*'|[\w.%]+))?/i

/** A statement as anybody could have run it. */
export function withoutDefiner(sql: string): string {
  return sql.replace(definer, '')
}

/** The statement that makes a trigger. */
export function triggerStatement({ name, table, timing, event, body }: TriggerRow): string {
  return `CREATE TRIGGER ${quoteIdentifier(name)} ${timing} ${event} ON ${quoteIdentifier(table)} FOR EACH ROW ${body}`
}

/** The statement that makes an event which recurs. */
export function eventStatement({
  name,
  value,
  field,
  starts,
  ends,
  preserves,
  comment,
  body,
}: EventRow): string {
  const parts = [
    `CREATE EVENT ${quoteIdentifier(name)} ON SCHEDULE EVERY ${value} ${field}`,
    starts === null ? '' : `STARTS '${starts}'`,
    ends === null ? '' : `ENDS '${ends}'`,
    preserves === 1 ? 'ON COMPLETION PRESERVE' : '',
    comment === '' ? '' : `COMMENT '${comment.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`,
    `DO ${body}`,
  ]
  return parts.filter((part) => part !== '').join(' ')
}
