import { expect, it } from 'vitest'
import { describeEngines } from './engines.ts'
import { ServerProject, table } from './server-project.ts'

await describeEngines('the url of a server', (engine) => {
  it('comes from the flag, the variable or the manifest, in this order', async () => {
    const project = await ServerProject.on(engine, { '001_a': table('a') })
    const urls = async (...words: readonly string[]) => {
      const { databases } = await project.json('status', ...words)
      return databases.map((each) => (each as { url?: string }).url)
    }
    const nowhere = new URL(project.url)
    nowhere.port = '1'
    project.configure({ url: nowhere.href })
    expect(await urls()).toEqual([nowhere.href])
    project.env = { ...project.env, DATABASE_URL: project.url, MIGRATIONS_DIR: 'migrations' }
    expect(await urls()).toEqual([project.url])
    expect(await urls('--url', nowhere.href, '--migrations', 'migrations')).toEqual([nowhere.href])
    await project.works('up')
    expect(await project.applied()).toEqual(['001_a'])
  })

  it('is filled from a variable, and one that is missing is named', async () => {
    const project = await ServerProject.on(engine, { '001_a': table('a') }, { url: `\${APP_URL}` })
    expect(await project.run('up')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('APP_URL') })
    project.env = { ...project.env, APP_URL: project.url }
    await project.works('up')
    expect(await project.applied()).toEqual(['001_a'])
  })

  it('is enough to write the next migration, and no server has to answer for that', async () => {
    const project = await ServerProject.on(engine, { '001_a': table('a') })
    const nowhere = new URL(project.url)
    nowhere.port = '1'
    await project.works('create', 'add users', '--url', nowhere.href, '--migrations', 'migrations')
    expect(await project.json('plan')).toMatchObject({
      databases: [{ steps: [{ id: '001_a' }, { id: '002_add_users' }] }],
    })
  })
})
