/** Promises that an engine may not be able to keep, as sentences. A driver that cannot keep one says why. */
export const driverCases = {
  makesDatabases: 'opening for writing makes the database',
  undoesSchema: 'a change of the schema is undone with its transaction',
  inspects: 'schema and rows can be looked at',
  scratch: 'there are scratch databases to try things out on',
  settles: 'what became of an interrupted statement outside a transaction is found out',
  givesWay: 'a step that others are in the way of is undone and tried again',
  prepares: 'that a commit will succeed can be made certain',
  keepsDecisions: 'what a run over several databases has decided is kept',
  copies: 'the whole database can be copied and restored',
  diagnoses: '`doctor` looks at the place',
} as const

export type DriverCase = keyof typeof driverCases

/** Why an engine goes without, by case; a driver keeps every promise that does not stand here. */
export type Without = Readonly<Partial<Record<DriverCase, string>>>
