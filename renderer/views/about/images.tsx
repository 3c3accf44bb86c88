import { useState, type ReactNode } from 'react'
import { plainImage, sayNewer, type NewerImage } from '../../../main/model/image-update.ts'
import { troubleOf } from '../../../main/model/errors.ts'
import { Button } from '../../parts/button.tsx'
import { Command } from '../../parts/command.tsx'
import { DeedButton, DeedClock, useDeed } from '../../parts/deed.tsx'
import { useActions, useShell, useShellState } from '../../store/use-shell.ts'
import { sayImageUpdates as say } from '../../words/image-updates.ts'

/** Which images have newer versions: the registries are asked when it is wished, and never before. */
export function Images(): ReactNode {
  const shell = useShell()
  const deed = useDeed()
  const isUpdating = useShellState((state) => state.runs.some(({ verb }) => verb === 'update'))
  const [found, setFound] = useState<readonly NewerImage[] | null>(null)
  const [isAsking, setAsking] = useState(false)
  const [trouble, setTrouble] = useState('')
  const ask = (): void => {
    setAsking(true)
    setTrouble('')
    const work = async (): Promise<void> => {
      try {
        setFound(await shell.request('newerImages', {}))
      } catch (error) {
        const { what, why = '' } = troubleOf(error)
        setTrouble(`${what} ${why}`)
      }
      setAsking(false)
    }
    void work()
  }
  const rows = (found ?? []).filter(
    ({ within, beyond, unknown, instead }) => (within ?? beyond ?? unknown ?? instead) !== undefined,
  )
  return (
    <section aria-labelledby="about-images">
      <h2 id="about-images">{say.title}</h2>
      <p>{say.says}</p>
      <Button onPress={ask} waits={isAsking}>
        {isAsking ? say.asking : found === null ? say.ask : say.askAgain}
      </Button>
      <output className="said">
        {isUpdating || deed !== '' ? deed : trouble !== '' ? trouble : found === null ? '' : sayNewer(found)}
        <DeedClock />
      </output>
      {rows.length === 0 ? null : (
        <ul className="newer" aria-label={say.title}>
          {rows.map((one) => (
            <NewerRow key={one.service} one={one} done={ask} />
          ))}
        </ul>
      )}
    </section>
  )
}

function NewerRow({ one, done }: { readonly one: NewerImage; readonly done: () => void }): ReactNode {
  const actions = useActions()
  const { service, title, tag, within, beyond, held, instead, own, unknown } = one
  const isFree = own !== true
  const to = within === undefined ? '' : say.update(title, within)
  const back = say.back(title)
  return (
    <li>
      <span className="grow">
        <b>{title}</b> <span className="mono">{tag}</span>
        {unknown === undefined ? null : <span className="t2"> {say.unknown(unknown)}</span>}
        {instead === undefined ? null : <span className="t2"> {say.instead(plainImage(instead))}</span>}
        {isFree ? null : <span className="t2"> {say.own}</span>}
      </span>
      {isFree && within !== undefined ? (
        <DeedButton
          small
          of={to}
          label={say.named(say.short(within), title)}
          onPress={() => actions.updateImage(service, { kind: 'to', to: within }, to, done)}
        >
          {say.short(within)}
        </DeedButton>
      ) : null}
      {instead === undefined ? null : (
        <DeedButton
          small
          of={back}
          label={say.named(say.goBack, title)}
          onPress={() => actions.updateImage(service, { kind: 'back' }, back, done)}
        >
          {say.goBack}
        </DeedButton>
      )}
      {!isFree || beyond === undefined ? null : held === undefined ? (
        <div className="later">
          <span className="t2">{say.beyond(beyond)}</span>
          <Command text={`maculactl update ${service} --to ${beyond}`} what={say.command(title, beyond)} />
        </div>
      ) : (
        <p className="later t2">{say.held(held)}</p>
      )}
    </li>
  )
}
