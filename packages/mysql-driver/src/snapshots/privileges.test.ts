import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { missingPrivileges, privilegesOn } from './privileges.ts'

describe('privileges on a database', () => {
  it.each([
    ['GRANT ALL PRIVILEGES ON *.* TO `root`@`%` WITH GRANT OPTION', ['ALL PRIVILEGES']],
    ['GRANT SELECT, SHOW VIEW ON `shop`.* TO `ada`@`%`', ['SELECT', 'SHOW VIEW']],
    ['GRANT SELECT ON `sh%`.* TO `ada`@`%`', ['SELECT']],
    ['GRANT SELECT ON `sho_`.* TO `ada`@`%`', ['SELECT']],
    ['GRANT SELECT ON `sho\\_`.* TO `ada`@`%`', []],
    ['GRANT SELECT ON `other`.* TO `ada`@`%`', []],
    ['GRANT SELECT ON `shop`.`birds` TO `ada`@`%`', []],
    ['GRANT `role` TO `ada`@`%`', []],
  ])('says %s', (grant, expected) => {
    expect([...privilegesOn([grant], 'shop')]).toEqual(expected)
  })

  it('are those of all grants together', () => {
    const grants = ['GRANT SELECT ON *.* TO a', 'GRANT EVENT ON `shop`.* TO a']
    expect(missingPrivileges(privilegesOn(grants, 'shop'), ['SELECT', 'EVENT', 'TRIGGER'])).toEqual([
      'TRIGGER',
    ])
  })

  it('reach a database whatever its name is', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (name) => {
        const escaped = name.replace(/[\\%_]/g, '\\$&').replaceAll('`', '``')
        const grant = `GRANT ALL PRIVILEGES ON \`${escaped}\`.* TO a`
        expect(privilegesOn([grant], name).has('ALL PRIVILEGES')).toBe(true)
        expect(privilegesOn([grant], `${name}x`).size).toBe(0)
      }),
    )
  })
})
