import { sayList } from '../../model/say.ts'
import type { Headline, Snapshot, State } from '../../model/snapshot.ts'
import { labelled, wrap } from '../layout.ts'
import { stateSign, type Pen } from '../pen.ts'
import { problemsOf, type Problem } from '../../model/problems.ts'

/** Why, what to do, and the command. */
export function drawAnswers(
  pen: Pen,
  answers: Omit<Headline, 'what'> & { readonly what?: string },
  indent: string,
): readonly string[] {
  const { what, why, todo, fix } = answers
  const rows: (readonly [string, string])[] = []
  if (what !== undefined) rows.push(['What happened', what])
  if (why !== '') rows.push(['Why', why])
  if (todo !== '') rows.push(['What to do', todo])
  // A command that the words already hold is not said twice.
  if (fix !== undefined && !todo.includes(fix.command))
    rows.push(['', `$ ${fix.command}${pen.paint.dim(`  # ${fix.label}`)}`])
  return labelled(pen, rows, indent, 15)
}

/** What happened, why, what to do: the same three answers for every problem, then the command. */
export function drawHeadline(pen: Pen, headline: Headline, indent: string): readonly string[] {
  return drawAnswers(pen, headline, indent)
}

/** The head of one problem. */
export function problemHead(pen: Pen, state: State, title: string, aside: string): readonly string[] {
  return wrap(
    `${pen.paint.bold(title)}${aside === '' ? '' : `  ${pen.paint.dim(aside)}`}`,
    Math.min(pen.width, 110),
    '  ',
    `${stateSign(pen, state)} `,
  )
}

/** Problems under each other. */
export function drawProblemList(pen: Pen, problems: readonly Problem[]): readonly string[] {
  return problems.flatMap((problem, index) => [
    ...(index === 0 ? [] : ['']),
    ...problemHead(
      pen,
      problem.state,
      problem.title,
      problem.hits.length === 0 ? '' : `for ${sayList(problem.hits, 5)}`,
    ),
    ...drawHeadline(pen, problem.headline, '  '),
  ])
}

/** All problems, each told once; then what the catalog refused. */
export function drawProblems(pen: Pen, snapshot: Snapshot): readonly string[] {
  const lines = drawProblemList(pen, problemsOf(snapshot))
  const refused = snapshot.problems.flatMap((problem, index) => [
    ...(index === 0 && lines.length === 0 ? [] : ['']),
    ...problemHead(pen, 'degraded', problem.service, 'is left out, its file was refused'),
    ...labelled(
      pen,
      [
        ['File', `${problem.file}:${problem.line}:${problem.column}`],
        ['Why', problem.reason],
      ],
      '  ',
      15,
    ),
  ])
  return [...lines, ...refused]
}
