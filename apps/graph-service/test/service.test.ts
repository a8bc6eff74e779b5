import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FoundNode } from '../src/node-search.ts'
import type { Setting } from '../src/setting-store.ts'
import { Installation } from './installation.ts'

let place: Installation

beforeEach(() => {
  place = new Installation()
})

afterEach(() => place.remove())

function newest(database: string): string | undefined {
  return place.ids(database).at(-1)
}

describe('a start', () => {
  it('migrates the three databases, says where it listens in one line, and is healthy', async () => {
    const service = place.start()
    const { status, body } = await service.health()
    expect(service.stdout).toMatch(/^graph-service listens on http:\/\/127\.0\.0\.1:\d+\n$/)
    expect(status).toBe(200)
    expect(body).toEqual({
      ok: true,
      databases: place.names.map((name) => ({ name, current: newest(name), pending: [], ok: true })),
    })
  })

  it('finds nodes by their words and reads settings as their type', async () => {
    const service = place.start()
    const { body } = await service.get<{ nodes: readonly FoundNode[] }>('/nodes?search=HURRICANES%20transmit')
    expect(body.nodes).toHaveLength(1)
    expect(body.nodes[0]).toMatchObject({ slug: 'whimbrel', kind: 'species' })
    expect(body.nodes[0]?.excerpt).toContain('[hurricane]')
    expect(await service.get('/settings/graph.show_labels')).toMatchObject({
      status: 200,
      body: { key: 'graph.show_labels', type: 'boolean', value: true },
    })
    const { body: colours } = await service.get<Setting>('/settings/graph.edge_colours')
    expect(colours.value).toHaveProperty('cites')
  })

  it('answers what makes no sense with a reason, and goes on', async () => {
    const service = place.start()
    const paths = ['/nodes', '/nodes?search=%20', '/settings/%zz', '/settings/no.such', '/nowhere']
    const answers = await Promise.all(paths.map((path) => service.get<{ error: string }>(path)))
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 404, 404])
    for (const { body } of answers) expect(body.error).toMatch(/\w+ \w+/)
    expect((await fetch(`${await service.ready()}/health`, { method: 'POST' })).status).toBe(405)
    for (const search of ['%22', '%00', 'NOT', '*', 'a%22%20OR%20b', 'label%3Ax']) {
      expect((await service.get(`/nodes?search=${search}`)).status).toBe(200)
    }
  })

  it('applies nothing the second time and leaves the records as they are', async () => {
    await place.migrate()
    const before = await place.history('settings')
    const second = place.start()
    await second.ready()
    expect(second.stderr).toBe('')
    expect(await second.stop('SIGINT')).toEqual({ code: 0, signal: null })
    expect(await place.history('settings')).toEqual(before)
  })

  it('closes its databases when it is asked to stop: no -wal, no -shm, no lock stays', async () => {
    const service = place.start()
    await service.get('/nodes?search=godwit')
    expect(await service.stop()).toEqual({ code: 0, signal: null })
    const files = Object.keys(place.bytes()).filter((file) => !file.endsWith('.lock'))
    expect(files.sort()).toEqual(['knowledge_graph.db', 'ontology.db', 'settings.db'])
    for (const name of place.names) await place.lockedBriefly(name)
  })
})

describe('health', () => {
  it('is 503 and names the file when a newer migration appears', async () => {
    const current = newest('ontology')
    const service = place.start()
    await service.ready()
    place.write('ontology', '900_add_notes', { up: 'CREATE TABLE notes (id INTEGER PRIMARY KEY);' })
    const { status, body } = await service.health()
    expect(status).toBe(503)
    expect(body.ok).toBe(false)
    expect(body.databases.map(({ ok }) => ok)).toEqual([true, true, false])
    expect(body.databases[2]).toMatchObject({
      current,
      pending: ['900_add_notes'],
      problem: { code: 'PENDING' },
    })
  })

  it('is 503 when an applied migration was edited', async () => {
    const service = place.start()
    await service.ready()
    place.write('ontology', '001_create_ontologies', { up: 'CREATE TABLE other (id INTEGER PRIMARY KEY);' })
    const { status, body } = await service.health()
    expect(status).toBe(503)
    expect(body.databases[2]?.problem?.code).toBe('CHECKSUM_CHANGED')
  })
})
