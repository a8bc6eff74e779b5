/** The server's numbers for errors, by what lint says of them. */
const numbers = {
  exists: [1007, 1050, 1060, 1061, 1304, 1359, 1537, 1826],
  'missing-object': [1051, 1146, 1176, 1305, 1360, 1539, 4091],
  'missing-column': [1054, 1072, 1091, 1136],
  'missing-function': [1305, 1370],
  duplicate: [1062, 1586],
  rule: [1048, 1138, 1264, 1265, 1292, 1364, 1366, 1406, 3819, 4025],
  'no-parent': [1452],
  'missing-parent': [1824, 1005],
  'in-use': [1829, 1553, 1828, 1451, 1701, 3730, 1054],
  syntax: [1064],
} as const

export type MysqlRefusal = keyof typeof numbers

/** Whether the server refused something for this reason. */
export function isRefusedFor(reason: MysqlRefusal, engineCode: unknown): boolean {
  return (numbers[reason] as readonly unknown[]).includes(engineCode)
}
