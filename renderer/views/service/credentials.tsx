import { useEffect, useState, type ReactNode } from 'react'
import { MASK } from '../../../main/model/clean.ts'
import { quoteDotenv } from '../../../main/model/quote.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import type { Variable } from '../../../main/model/variable.ts'
import { Copy } from '../../parts/copy.tsx'
import { IconButton } from '../../parts/icon-button.tsx'
import { useActions } from '../../store/use-shell.ts'
import { useVisible } from '../../store/use-visible.ts'
import { sayService } from '../../words/service.ts'
import type { Variables } from './use-variables.ts'
import { labelOf, shownFirst } from './variables.ts'

/** How long a revealed secret stands. */
const SHOWN_S = 20

/** User, password and the like, masked; and all of it as lines for a shell. Secrets come only when they are asked for. */
export function Credentials(props: { readonly view: ServiceView; readonly variables: Variables }): ReactNode {
  const { title } = props.view
  const { masked: variables, clear } = props.variables
  const { signIn } = props.view
  if (variables.length === 0 && signIn === undefined) return null
  const says = signIn === undefined ? null : <p className="t2">{signIn}</p>
  if (variables.length === 0)
    return (
      <section>
        <h2 className="h">{sayService.signIn}</h2>
        {says}
      </section>
    )
  return (
    <section>
      <h2 className="h">{sayService.credentials}</h2>
      {says}
      <div className="creds">
        {shownFirst(variables).map((variable) => (
          <VariableRow key={variable.name} variable={variable} title={title} clear={clear} />
        ))}
        <div>
          <span className="t2 cut">{sayService.environment}</span>
          <span className="mono cut">
            {variables
              .filter((one) => one.nowhere === undefined)
              .map((one) => `${one.name}=${one.secret ? one.value.replace(MASK, '••••') : one.value}`)
              .join(' ')}
          </span>
          <span className="last">
            <Copy
              what={sayService.envLines(title)}
              text={async () =>
                (await clear())
                  .filter((one) => one.nowhere === undefined)
                  .map((one) => `${one.name}=${quoteDotenv(one.value)}\n`)
                  .join('')
              }
            />
          </span>
        </div>
      </div>
    </section>
  )
}

function VariableRow(props: {
  readonly variable: Variable
  readonly title: string
  readonly clear: () => Promise<readonly Variable[]>
}): ReactNode {
  const { variable, title, clear } = props
  const actions = useActions()
  const visible = useVisible()
  const [revealed, setRevealed] = useState<string>()
  const label = labelOf(variable)
  const hide = revealed !== undefined
  useEffect(() => {
    if (!hide) return undefined
    const timer = setTimeout(() => setRevealed(undefined), SHOWN_S * 1000)
    return () => clearTimeout(timer)
  }, [hide])
  // A page that nobody sees shows no secret when it is seen again.
  if (!visible && hide) setRevealed(undefined)
  const value = async (): Promise<string> =>
    (await clear()).find((one) => one.name === variable.name)?.value ?? ''
  const reveal = async (): Promise<void> => {
    if (hide) {
      setRevealed(undefined)
      return
    }
    try {
      const text = await value()
      if (text === '')
        actions.tell({
          kind: 'told',
          title,
          what: sayService.noValue(label),
          why: sayService.noValueSays,
          todo: '',
        })
      else setRevealed(text)
    } catch (error) {
      actions.failed(sayService.revealFailed, error)
    }
  }
  if (variable.nowhere !== undefined)
    return (
      <div>
        <span className="t2 cut" title={variable.name}>
          {label}
        </span>
        <span className="t2">{variable.nowhere}</span>
      </div>
    )
  return (
    <div>
      <span className="t2 cut" title={variable.name}>
        {label}
      </span>
      <span className="mono cut value">{revealed ?? variable.value}</span>
      <span className="last">
        {variable.secret ? (
          <IconButton
            icon="eye"
            pressed={hide}
            label={hide ? sayService.hide(label) : sayService.reveal(label, SHOWN_S)}
            onPress={() => void reveal()}
          />
        ) : null}
        <Copy what={sayService.valueOf(label, title)} text={variable.secret ? value : variable.value} />
      </span>
    </div>
  )
}
