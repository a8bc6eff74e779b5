import type { LintRule } from '../lint-rule.ts'
import { alreadyExists } from './already-exists.ts'
import { brokenTrigger } from './broken-trigger.ts'
import { brokenView } from './broken-view.ts'
import { columnAddedWithKey } from './column-added-with-key.ts'
import { columnInUse } from './column-in-use.ts'
import { copyWithoutColumns } from './copy-without-columns.ts'
import { dependsOnRows } from './depends-on-rows.ts'
import { doubleQuotedString } from './double-quoted-string.ts'
import { dropsData } from './drops-data.ts'
import { duplicateValues } from './duplicate-values.ts'
import { hidesDrift } from './hides-drift.ts'
import { ignoreUnknown } from './ignore-unknown.ts'
import { ignoreUnused } from './ignore-unused.ts'
import { ignoreWithoutReason } from './ignore-without-reason.ts'
import { missingColumn } from './missing-column.ts'
import { missingObject } from './missing-object.ts'
import { missingParent } from './missing-parent.ts'
import { noDown } from './no-down.ts'
import { noPrimaryKey } from './no-primary-key.ts'
import { nonConstantDefault } from './non-constant-default.ts'
import { notNullWithoutDefault } from './not-null-without-default.ts'
import { otherEngine } from './other-engine.ts'
import { parentKeyNotUnique } from './parent-key-not-unique.ts'
import { rebuildLosesObjects } from './rebuild-loses-objects.ts'
import { rebuildLosesSequence } from './rebuild-loses-sequence.ts'
import { rebuildWithForeignKeys } from './rebuild-with-foreign-keys.ts'
import { renameBlocked } from './rename-blocked.ts'
import { replaceDeletesRows } from './replace-deletes-rows.ts'
import { reservedName } from './reserved-name.ts'
import { rowsBreakRule } from './rows-break-rule.ts'
import { rowsLost } from './rows-lost.ts'
import { rowsWithoutParent } from './rows-without-parent.ts'
import { slowStatement } from './slow-statement.ts'
import { statementFails } from './statement-fails.ts'
import { strictType } from './strict-type.ts'
import { unknownFunction } from './unknown-function.ts'
import { unsafeRebuild } from './unsafe-rebuild.ts'

/** Every rule. Of several that could explain the same failure the first one does. */
export const lintRules: readonly LintRule[] = [
  notNullWithoutDefault,
  nonConstantDefault,
  columnAddedWithKey,
  columnInUse,
  renameBlocked,
  strictType,
  doubleQuotedString,
  alreadyExists,
  rebuildWithForeignKeys,
  otherEngine,
  unknownFunction,
  missingObject,
  missingColumn,
  unsafeRebuild,
  missingParent,
  parentKeyNotUnique,
  brokenView,
  brokenTrigger,
  rowsLost,
  duplicateValues,
  rowsBreakRule,
  rowsWithoutParent,
  dependsOnRows,
  copyWithoutColumns,
  rebuildLosesObjects,
  rebuildLosesSequence,
  replaceDeletesRows,
  noDown,
  hidesDrift,
  dropsData,
  noPrimaryKey,
  reservedName,
  slowStatement,
  statementFails,
  ignoreUnknown,
  ignoreWithoutReason,
  ignoreUnused,
]
