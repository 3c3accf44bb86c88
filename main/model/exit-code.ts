/** What exit codes of containers mean: 128 and a signal's number, and the shell's own for what could not be run. */
const meanings: ReadonlyMap<number, string> = new Map([
  [126, 'its program may not be run'],
  [127, 'its program was not found'],
  [130, 'ended by SIGINT'],
  [134, 'it gave up: SIGABRT'],
  [137, 'killed by SIGKILL'],
  [139, 'it crashed: SIGSEGV'],
  [143, 'ended by SIGTERM'],
])

/** "exit code 137, killed by SIGKILL"; of a program's own codes the number alone. */
export function sayExitCode(code: number): string {
  const meaning = meanings.get(code)
  return `exit code ${code}${meaning === undefined ? '' : `, ${meaning}`}`
}
