import { spawn } from 'node:child_process'
import { rootVerbNames, type RootOutcome, type RootStepResult, type RootVerb } from '../../model/change.ts'
import { inert } from '../../model/atoms.ts'
import { lastLine, promptEnvironment, refusalOf, rootArgv, timedOut, type Elevation } from './elevate.ts'

export interface RootRun {
  readonly elevation: Elevation
  readonly shell: readonly string[]
  /** Text of assets/root/macula-root. */
  readonly program: string
  readonly words: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** Ms for the prompt: from the question until root's program says hello. */
  readonly deadline: number
  readonly onStep: (step: RootStepResult) => void
  /** Takes the plan away, so that an answer after the deadline finds nothing to run. */
  readonly withdraw: () => Promise<void>
}

const VERBS: ReadonlySet<string> = new Set(rootVerbNames)
const RESULTS: ReadonlySet<string> = new Set<RootStepResult['result']>(['done', 'unchanged', 'failed'])
const MAX_STDERR = 8192

/** Runs root's program once and tells how it went; never throws, never leaves a timer behind. */
export async function runRoot(run: RootRun): Promise<RootOutcome> {
  const [file = '', ...args] = rootArgv(run.elevation, run.shell, run.words)
  // sudo and pkexec tell by themselves who asks; a root who is asked nothing tells whose sudo made it root.
  const asks = run.elevation.way === 'root' ? { SUDO_UID: run.env['SUDO_UID'] ?? '' } : {}
  const env = { ...promptEnvironment(run.env), ...asks }
  const seen = readingSteps(run.onStep)
  let stderr = ''
  return await new Promise<RootOutcome>((resolve) => {
    const child = spawn(file, args, { env, cwd: '/', stdio: ['pipe', 'pipe', 'pipe'] })
    const timer = setTimeout(() => {
      void run.withdraw().finally(() => {
        // sudo runs as root and may not hear us; without its plan it can do nothing.
        child.kill('SIGTERM')
        for (const stream of child.stdio) stream?.destroy()
        child.unref()
        resolve(timedOut(run.elevation, run.deadline))
      })
    }, run.deadline)
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      seen.take(text)
      if (seen.started()) clearTimeout(timer)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-MAX_STDERR)
    })
    child.once('error', (error) => {
      clearTimeout(timer)
      resolve(refusalOf(run.elevation, { code: null, signal: null, stderr: error.message }))
    })
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      resolve(seen.started() ? seen.outcome(stderr) : refusalOf(run.elevation, { code, signal, stderr }))
    })
    // A refused prompt closes the pipe unread.
    child.stdin.on('error', () => undefined)
    child.stdin.end(run.program)
  })
}

/** Reads root's lines: "hello 1", "step CHANGE VERB TARGET RESULT WORDS", "end ok|failed|refused WORDS", tabs between. */
function readingSteps(onStep: (step: RootStepResult) => void): {
  take(text: string): void
  started(): boolean
  outcome(stderr: string): RootOutcome
} {
  const steps: RootStepResult[] = []
  let rest = ''
  let hello = false
  let end: readonly string[] | undefined

  function line(text: string): void {
    const [word, ...words] = text.split('\t')
    if (word === 'hello' && words[0] === '1') hello = true
    else if (word === 'end') end = words
    else if (word === 'step') {
      const [change = '', verb = '', target = '', result = '', says = ''] = words
      if (!VERBS.has(verb) || !RESULTS.has(result)) return
      const step: RootStepResult = {
        change,
        verb: verb as RootVerb['verb'],
        target,
        result: result as RootStepResult['result'],
        says: inert(says),
      }
      steps.push(step)
      onStep(step)
    }
  }

  return {
    take(text) {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const one of lines) line(one.replace(/\r$/, ''))
    },
    started: () => hello,
    outcome(stderr) {
      const reason = lastLine(stderr)
      if (end?.[0] === 'ok') return { kind: 'done', steps }
      if (end?.[0] === 'refused')
        return { kind: 'failed', steps, says: `Root refused the plan: ${inert(end[1] ?? '')}.` }
      const failed = steps.filter((step) => step.result === 'failed')
      if (end?.[0] === 'failed') {
        const says = failed.map((step) => `${step.target}: ${step.says}.`).join(' ')
        return { kind: 'failed', steps, says: reason === '' ? says : `${says} (${reason})` }
      }
      const says = `Root's run ended in the middle${reason === '' ? '' : ` (${reason})`}.`
      return {
        kind: 'failed',
        steps,
        says: `${says} The next run of set-up or undo finishes what was begun.`,
      }
    },
  }
}
