import type { ReactNode } from 'react'
import type { SettingsView } from '../../../main/model/service.ts'
import { Button } from '../../parts/button.tsx'
import { MenuButton } from '../../parts/menu-button.tsx'
import { useActions } from '../../store/use-shell.ts'
import { saySettings } from '../../words/settings.ts'
import { Pending, Row, Section, SwitchRow, TextRow } from './rows.tsx'
import { useDraft, useSaveNow } from './save.ts'

/** What is left to do after names were changed. */
function SetUpAgain(): ReactNode {
  const actions = useActions()
  return (
    <div className="pending" aria-live="polite">
      <p>{saySettings.setUpAgain}</p>
      <Button small onPress={() => actions.go({ view: 'wizard', step: 'review' })}>
        {saySettings.review}
      </Button>
    </div>
  )
}

/** The zones of a text, apart by blanks or commas. */
const zonesIn = (text: string): readonly string[] => text.split(/[\s,]+/).filter((one) => one !== '')

/** Names, the way to them, and the containers' network. */
export function NetworkSection({ view }: { readonly view: SettingsView }): ReactNode {
  const { settings, routes } = view
  const suffix = useDraft(settings.suffix, (value) => ({ suffix: value }))
  const subnet = useDraft(settings.subnet, (value) => ({ subnet: value }))
  const route = useDraft(settings.route, (value) => ({ route: value }))
  const zones = useDraft(settings.zones.join(' '), (value) => ({ zones: zonesIn(value) }))
  const save = useSaveNow()
  const words = saySettings.route
  const chosen = routes.find((one) => one.id === route.value)
  const now = routes.find((one) => one.inPlace)
  return (
    <Section title={saySettings.sections.network}>
      <TextRow
        label={saySettings.suffix.label}
        draft={suffix}
        hint={saySettings.suffix.hint}
        means={saySettings.suffix.means(settings.suffix, suffix.value.trim())}
        after={<SetUpAgain />}
      />
      <Row
        label={words.label}
        hint={now === undefined ? words.none : words.now(now.title)}
        below={
          <>
            {chosen && !chosen.fits ? <p className="wrong">{`${words.missing} ${chosen.says}`}</p> : null}
            {route.trouble ? <p className="wrong">{route.trouble.what}</p> : null}
            <Pending label={words.label} draft={route} means={words.means} />
            {route.saved && !route.dirty ? <SetUpAgain /> : null}
          </>
        }
      >
        <MenuButton
          label={`${words.label}: ${chosen?.title ?? words.best}`}
          text={chosen?.title ?? words.best}
          className="wide"
          lines={[
            { id: 'best', text: words.best, run: () => route.change('') },
            null,
            ...routes.map((one) => ({
              id: one.id,
              text: one.title,
              detail: one.fits ? '' : words.doesNotFit,
              run: () => route.change(one.id),
            })),
          ]}
        />
      </Row>
      <TextRow
        label={saySettings.zones.label}
        draft={zones}
        hint={saySettings.zones.hint}
        means={saySettings.zones.means(zonesIn(zones.value))}
        after={<SetUpAgain />}
      />
      <SwitchRow {...saySettings.dns53} on={settings.dns53} onChange={(on) => save({ dns53: on })} />
      <SwitchRow {...saySettings.tls} on={settings.tls} onChange={(on) => save({ tls: on })} />
      <TextRow
        label={saySettings.subnet.label}
        draft={subnet}
        hint={saySettings.subnet.hint}
        means={saySettings.subnet.means(subnet.value.trim())}
      />
      <SwitchRow
        {...saySettings.nativePorts}
        on={settings.nativePorts}
        onChange={(on) => save({ nativePorts: on })}
      />
    </Section>
  )
}
