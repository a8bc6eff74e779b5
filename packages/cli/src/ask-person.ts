/**
 * Asks on the terminal, on stderr, and waits for one line; undefined where the person ends the input or interrupts
 * instead. Works in the main thread only: it has the terminal.
 */
export async function askPerson(question: string): Promise<string | undefined> {
  const { createInterface } = await import('node:readline')
  const { stdin, stderr } = process
  const lines = createInterface({ input: stdin, output: stderr, terminal: true, historySize: 0 })
  return new Promise((resolve) => {
    lines.on('SIGINT', () => lines.close())
    lines.on('close', () => {
      // Where a line was entered this comes second, and changes nothing.
      stderr.write('\n')
      resolve(undefined)
    })
    lines.question(question, (answer) => {
      resolve(answer)
      lines.removeAllListeners('close')
      lines.close()
    })
  })
}
