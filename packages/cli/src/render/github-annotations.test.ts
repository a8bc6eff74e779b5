import { describe, expect, it } from 'vitest'
import { githubAnnotations } from './github-annotations.ts'

describe('annotations for GitHub', () => {
  it('name file, line, title and message, and leave out what is not known', () => {
    const text = githubAnnotations([
      { level: 'error', file: 'db/001_a.sql', line: 3, title: 'A', message: 'wrong' },
      { level: 'notice', title: 'B', message: 'known' },
    ])
    expect(text).toBe('::error file=db/001_a.sql,line=3,title=A::wrong\n::notice title=B::known\n')
  })

  it('escape what would end the message, the property or the line', () => {
    const text = githubAnnotations([
      { level: 'warning', file: 'a,b:c%/1.sql', title: 'T', message: '50 % done\r\n::error::no' },
    ])
    expect(text).toBe('::warning file=a%2Cb%3Ac%25/1.sql,title=T::50 %25 done%0D%0A::error::no\n')
  })

  it('are nothing where there is nothing', () => {
    expect(githubAnnotations([])).toBe('')
  })
})
