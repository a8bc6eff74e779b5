import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interpolate } from './interpolate.ts'

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/)
const plain = fc.string().filter((text) => !text.includes('$') && !text.includes('}'))

describe('interpolate', () => {
  it('fills in a variable wherever it stands', () => {
    expect(interpolate('sqlite:${DIR}/${NAME}.db', { DIR: '/data', NAME: 'app' }).text).toBe(
      'sqlite:/data/app.db',
    )
  })

  it('takes the default when a variable is not set or empty', () => {
    expect(interpolate('${A:-x}${B:-y}${C:-}', { B: '' }).text).toBe('xy')
  })

  it('takes the value over the default', () => {
    expect(interpolate('${A:-x}', { A: 'a' }).text).toBe('a')
  })

  it('names what is missing', () => {
    expect(interpolate('${A}/${B}/${C:-c}', { B: 'b' }).missing).toEqual(['A'])
  })

  it('keeps a variable that is set to nothing', () => {
    expect(interpolate('x${A}', { A: '' })).toMatchObject({ text: 'x', missing: [] })
  })

  it('writes a plain ${ for $${', () => {
    expect(interpolate('pa$${SS}', { SS: 'no' })).toMatchObject({
      text: 'pa${SS}',
      variables: [],
      malformed: false,
    })
  })

  it.each(['${', '${}', '${1A}', '${A', '${A-x}', '${A:?x}', '${A:-${B}}', '${ A }'])(
    'calls %j malformed',
    (text) => {
      expect(interpolate(text, { A: 'a', B: 'b' }).malformed).toBe(true)
    },
  )

  it('leaves a dollar sign without a brace alone', () => {
    expect(interpolate('$A $5 a$', { A: 'a' })).toMatchObject({ text: '$A $5 a$', malformed: false })
  })

  it('does not find what every object has', () => {
    expect(interpolate('${constructor}', {}).missing).toEqual(['constructor'])
    expect(interpolate('${__proto__}', {}).missing).toEqual(['__proto__'])
  })

  it('never looks into a value again', () => {
    fc.assert(
      fc.property(name, fc.string(), plain, plain, (variable, value, before, after) => {
        const { text } = interpolate(`${before}\${${variable}}${after}`, { [variable]: value })
        expect(text).toBe(`${before}${value}${after}`)
      }),
    )
  })

  it('leaves text without placeholders as it is', () => {
    fc.assert(
      fc.property(plain, (text) => {
        expect(interpolate(text, {})).toEqual({ text, variables: [], missing: [], malformed: false })
      }),
    )
  })

  it('takes any default that has no brace', () => {
    fc.assert(
      fc.property(name, plain, (variable, fallback) => {
        expect(interpolate(`\${${variable}:-${fallback}}`, {}).text).toBe(fallback)
      }),
    )
  })
})
