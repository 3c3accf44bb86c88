import type { Application } from './application.ts'

/**
 * Answers the shell's questions with this button from now on, and keeps what was asked ("message detail [buttons]"): a native dialog
 * cannot be read from outside. Returns what reads the questions so far.
 */
export async function answering(
  { app }: Pick<Application, 'app'>,
  button: string,
): Promise<() => Promise<readonly string[]>> {
  await app.evaluate(({ dialog }, label) => {
    const asked: string[] = []
    Object.assign(globalThis, { asked })
    Object.assign(dialog, {
      showMessageBox: async (...args: { message: string; detail?: string; buttons: string[] }[]) => {
        const question = args.at(-1)
        asked.push(
          `${question?.message ?? ''} ${question?.detail ?? ''} [${question?.buttons.join('|') ?? ''}]`,
        )
        return await Promise.resolve({
          response: question?.buttons.indexOf(label) ?? -1,
          checkboxChecked: false,
        })
      },
    })
  }, button)
  return async () => await app.evaluate(() => (globalThis as unknown as { asked: readonly string[] }).asked)
}
