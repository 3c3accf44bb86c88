import { accessSync, constants } from 'node:fs'

/**
 * What a shell sets for other programs written for Node, and Node itself would obey in this one: options (a header size at
 * which Docker's answers break, an inspector, code of others), proxies for requests that stay on this machine, notes of
 * its own on stderr, certificates that are not looked at. Read by Node before any of our code runs.
 */
const steering = [
  'NODE_OPTIONS',
  'NODE_USE_ENV_PROXY',
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'NODE_DEBUG',
  'NODE_DEBUG_NATIVE',
  'NODE_PENDING_DEPRECATION',
  'NODE_REDIRECT_WARNINGS',
  'NODE_ICU_DATA',
]

/**
 * The command begins again without them, in this same process (execve: same pid, terminal and streams); nothing
 * was read or written yet. A Node before 22.15 has no execve and goes on as it is.
 */
function beginAgain(): void {
  const { env, execPath, execArgv, argv } = process
  if (!steering.some((name) => (env[name] ?? '') !== '') || typeof process.execve !== 'function') return
  try {
    accessSync(execPath, constants.X_OK)
  } catch {
    return
  }
  const own = Object.entries(env).filter(([name]) => !steering.includes(name))
  process.execve(execPath, [execPath, ...execArgv, ...argv.slice(1)], Object.fromEntries(own))
}

beginAgain()

// What a library still uses of Node (docker-modem: url.parse for DOCKER_HOST=tcp://…) is for its authors, not for stderr.
process.noDeprecation = true
