import { asTestUser, installCopy, prepareMachine, testUser, whyNoMachine } from './machine.mjs'
import { run, say } from './process.mjs'

/** From nothing to the whole stack on a machine without an image registry, as a plain user with one elevation. */
export async function main() {
  const why = whyNoMachine()
  if (why !== undefined) {
    console.error(
      `npm run try builds its own images: ${why}.\nOn a machine that reaches an image registry, npm start does the same with the published ones.`,
    )
    return 4
  }
  await prepareMachine()
  await installCopy()
  for (const words of [['setup', '--yes'], ['up'], ['status']]) {
    say(`${testUser}$ maculactl ${words.join(' ')}`)
    const code = await run(...asTestUser(['maculactl', ...words]))
    if (code !== 0) return code
  }
  console.log(
    `\nTo go on as that user: runuser -u ${testUser} -- /opt/macula-desktop-test/bin/maculactl status`,
  )
  return 0
}
