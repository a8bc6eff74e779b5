import { describe, expect, it } from 'vitest'
import { fsyncProbe, peakProbe } from './probe.ts'

const counted = `% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 90.00    0.001000           3       303           fdatasync
 10.00    0.000100           5         2         1 fsync
------ ----------- ----------- --------- --------- ----------------
100.00    0.001100           3       305         1 total
`

describe('fsyncProbe', () => {
  it('adds up both calls and leaves out the total', () => {
    expect(fsyncProbe.read(counted)).toBe(305)
  })

  it('reads an empty summary as none', () => {
    expect(fsyncProbe.read('')).toBe(0)
  })
})

describe('peakProbe', () => {
  it('turns kilobytes into MB', () => {
    expect(peakProbe.read('51200\n')).toBe(50)
  })
})
