import { chmodSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { root, say } from './process.mjs'

/** The line by which a script of ours is known again. */
const MARK = '# Written by Macula Desktop (npm run link).'

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`

/** Whether a file may be written: nothing is there, or what we wrote ourselves. */
function isFree(file) {
  const found = lstatSync(file, { throwIfNoEntry: false })
  return found === undefined || (found.isFile() && readFileSync(file, 'utf8').includes(MARK))
}

/** Puts `maculactl` into a folder: a script that runs this clone's command under this Node. Returns its path. */
export function link(folder, node, script) {
  const file = join(folder, 'maculactl')
  if (!isFree(file))
    throw new Error(
      `${file} is there already and was not made here. Remove it, or name another folder of your PATH: npm run link -- FOLDER`,
    )
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, `#!/bin/sh\n${MARK}\nexec ${quoted(node)} ${quoted(script)} "$@"\n`)
  chmodSync(file, 0o755)
  return file
}

/** What is still to be done so that a shell finds it; undefined: nothing. */
export function whyNotFound(folder, path = process.env['PATH'] ?? '') {
  if (path.split(delimiter).includes(folder)) return undefined
  return `${folder} is not on your PATH. For this shell: export PATH="${folder}:$PATH" (the same line in ~/.profile holds for the next sign-in).`
}

/** Builds if needed and makes `maculactl` a command, in ~/.local/bin or the folder that is named. */
export async function main([named]) {
  await ensureBuilt()
  const folder = named === undefined ? join(homedir(), '.local', 'bin') : resolve(named)
  say(`${link(folder, process.execPath, join(root, 'dist', 'maculactl.mjs'))} runs this clone`)
  const todo = whyNotFound(folder)
  if (todo !== undefined) console.log(todo)
  return 0
}
