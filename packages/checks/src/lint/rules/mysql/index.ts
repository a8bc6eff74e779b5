import type { LintRule } from '../../lint-rule.ts'
import { brokenTrigger } from '../broken-trigger.ts'
import { brokenView } from '../broken-view.ts'
import { copyWithoutColumns } from '../copy-without-columns.ts'
import { dependsOnRows } from '../depends-on-rows.ts'
import { dropsData } from '../drops-data.ts'
import { hidesDrift } from '../hides-drift.ts'
import { ignoreUnknown } from '../ignore-unknown.ts'
import { ignoreUnused } from '../ignore-unused.ts'
import { ignoreWithoutReason } from '../ignore-without-reason.ts'
import { noDown } from '../no-down.ts'
import { noPrimaryKey } from '../no-primary-key.ts'
import { rowsLost } from '../rows-lost.ts'
import { statementFails } from '../statement-fails.ts'
import { implicitDefault } from './implicit-default.ts'
import { mixesRowsAndSchema } from './mixes-rows-and-schema.ts'
import { narrowCharset } from './narrow-charset.ts'
import { otherEngineOfMysql } from './other-engine.ts'
import { refusedForRows } from './refused-for-rows.ts'
import { refusedForSchema } from './refused-for-schema.ts'
import { rowsNotUndone } from './rows-not-undone.ts'
import { tableCopied } from './table-copied.ts'

/** Those that MySQL and MariaDB alone need. */
export const rulesOfMysql: readonly LintRule[] = [
  implicitDefault,
  mixesRowsAndSchema,
  tableCopied,
  rowsNotUndone,
  narrowCharset,
]

/** Every rule for MySQL and MariaDB. Of several that could explain the same failure the first one does. */
export const mysqlLintRules: readonly LintRule[] = [
  otherEngineOfMysql,
  ...refusedForSchema,
  ...refusedForRows,
  brokenView,
  brokenTrigger,
  rowsLost,
  dependsOnRows,
  copyWithoutColumns,
  noDown,
  hidesDrift,
  dropsData,
  {
    ...noPrimaryKey,
    hint: 'Give it an AUTO_INCREMENT PRIMARY KEY, or a PRIMARY KEY over the columns that name a row',
  },
  ...rulesOfMysql,
  statementFails,
  ignoreUnknown,
  ignoreWithoutReason,
  ignoreUnused,
]
