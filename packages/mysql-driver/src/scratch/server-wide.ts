const verbs = new Set(
  'BINLOG CHANGE FLUSH GRANT INSTALL KILL PURGE RESET REVOKE SHUTDOWN STOP UNINSTALL'.split(' '),
)
const objects = '(?:DATABASE|SCHEMA|USER|ROLE|SERVER|TABLESPACE|LOGFILE|UNDO|RESOURCE|INSTANCE)'
const patterns = [
  new RegExp(`^(?:CREATE|ALTER|DROP)\\s+(?:OR\\s+REPLACE\\s+)?${objects}\\b`, 'i'),
  /^RENAME\s+USER\b/i,
  /^START\s+(?:ALL\s+)?(?:REPLICA|SLAVE|GROUP_REPLICATION)\b/i,
  /^SET\s+(?:GLOBAL|PERSIST|PERSIST_ONLY|PASSWORD|DEFAULT\s+ROLE|@@GLOBAL\b|@@PERSIST)/i,
  /\bINTO\s+(?:OUTFILE|DUMPFILE)\b/i,
]
const comments = /\/\*(?!M?!)[\s\S]*?\*\/|--(?=\s).*|#.*/g

/** Whether a statement acts on the server beside its databases: users, rights, settings, files, replication. */
export function isServerWide(sql: string): boolean {
  const text = sql.replace(comments, ' ').trim()
  return (
    verbs.has(/^\w+/.exec(text)?.[0].toUpperCase() ?? '') || patterns.some((pattern) => pattern.test(text))
  )
}
