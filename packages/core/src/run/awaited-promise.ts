/**
 * A promise that tells when somebody waits for it. It is never reported as an unhandled rejection, which would end the
 * process: whoever made it sees to those that nobody waits for.
 */
export class AwaitedPromise<T> extends Promise<T> {
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  /** Called when somebody begins to wait. */
  onAwaited: (() => void) | undefined

  /** Settles as another one does. */
  static of<T>(promise: Promise<T>): AwaitedPromise<T> {
    const made = new AwaitedPromise<T>((resolve, reject) => {
      promise.then(resolve, reject)
    })
    made.then(undefined, () => {})
    return made
  }

  // biome-ignore lint/suspicious/noThenProperty: await calls it, and this is how one knows.
  override then<Fulfilled = T, Rejected = never>(
    onFulfilled?: ((value: T) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    this.onAwaited?.()
    return super.then(onFulfilled, onRejected)
  }
}
