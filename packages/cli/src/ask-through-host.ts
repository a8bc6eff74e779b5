import { once } from 'node:events'
import type { MessagePort, Worker } from 'node:worker_threads'
import { askPerson } from './ask-person.ts'

/** What a thread sends to the main thread, which alone has the terminal. */
interface Question {
  readonly question: string
}

/** Asks the person at the terminal from a thread. */
export async function askThroughHost(port: MessagePort, question: string): Promise<string | undefined> {
  port.postMessage({ question } satisfies Question)
  const [answer] = (await once(port, 'message')) as [string | undefined]
  return answer
}

/** Lets the main thread answer what a thread asks. */
export function answerQuestions(thread: Worker): void {
  thread.on('message', async ({ question }: Question) => thread.postMessage(await askPerson(question)))
}
