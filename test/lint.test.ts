import { fileURLToPath } from 'node:url'
import { lint } from '@whimbrel/checks'
import { folderSource } from '@whimbrel/core/fs'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { describe, expect, it } from 'vitest'

describe('the example databases', () => {
  it.each(['settings', 'knowledge_graph', 'ontology'])('have no error and no warning: %s', async (name) => {
    const directory = fileURLToPath(new URL(`../databases/${name}`, import.meta.url))
    const driver = sqliteDriver({ path: ':memory:' })
    try {
      const source = folderSource({ directory, label: name })
      const { linted, findings } = await lint({ driver, tracker: sqlVersionTracker(), source })
      expect(linted.length).toBeGreaterThan(7)
      expect(findings.filter(({ level }) => level !== 'note')).toEqual([])
    } finally {
      await driver.close()
    }
  })
})
