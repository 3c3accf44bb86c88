import { sayList, shortPlace } from '../../model/say.ts'
import type { Headline, Snapshot, State } from '../../model/snapshot.ts'
import { labelled, wrap } from '../layout.ts'
import { stateSign, type Style } from '../style.ts'
import { problemsOf, type Problem } from '../../model/problems.ts'

/** Why, what to do, and the command. */
export function drawAnswers(
  style: Style,
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
    rows.push(['', `$ ${fix.command}${style.paint.dim(`  # ${fix.label}`)}`])
  return labelled(style, rows, indent, 15)
}

/** What happened, why, what to do: the same three answers for every problem, then the command. */
export function drawHeadline(style: Style, headline: Headline, indent: string): readonly string[] {
  return drawAnswers(style, headline, indent)
}

/** The head of one problem. */
export function problemHead(style: Style, state: State, title: string, aside: string): readonly string[] {
  return wrap(
    `${style.paint.bold(title)}${aside === '' ? '' : `  ${style.paint.dim(aside)}`}`,
    Math.min(style.width, 110),
    '  ',
    `${stateSign(style, state)} `,
  )
}

/** Problems under each other. */
export function drawProblemList(style: Style, problems: readonly Problem[]): readonly string[] {
  return problems.flatMap((problem, index) => [
    ...(index === 0 ? [] : ['']),
    ...problemHead(
      style,
      problem.state,
      problem.title,
      problem.hits.length === 0 ? '' : `affects ${sayList(problem.hits, 5)}`,
    ),
    ...drawHeadline(style, problem.headline, '  '),
  ])
}

/** All problems, each told once; then what the catalog refused. */
export function drawProblems(style: Style, snapshot: Snapshot): readonly string[] {
  const lines = drawProblemList(style, problemsOf(snapshot))
  const refused = snapshot.problems.flatMap((problem, index) => [
    ...(index === 0 && lines.length === 0 ? [] : ['']),
    ...problemHead(style, 'degraded', problem.service, 'is left out: its file cannot be used'),
    ...labelled(
      style,
      [
        ['File', shortPlace(problem)],
        ['Why', problem.reason],
      ],
      '  ',
      15,
    ),
  ])
  return [...lines, ...refused]
}
