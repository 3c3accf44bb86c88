import type { ReactNode } from 'react'
import { ToggleButton } from 'react-aria-components/ToggleButton'
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup'
import { Tab, TabList, TabPanel, Tabs as AriaTabs } from 'react-aria-components/Tabs'

/** Pages of one subject beside each other; arrows move between them. */
export function Tabs(props: {
  readonly label: string
  readonly tabs: readonly { readonly id: string; readonly title: string; readonly body: ReactNode }[]
}): ReactNode {
  return (
    <AriaTabs className="tabs">
      <TabList className="tablist" aria-label={props.label}>
        {props.tabs.map((tab) => (
          <Tab key={tab.id} id={tab.id} className="tab">
            {tab.title}
          </Tab>
        ))}
      </TabList>
      {props.tabs.map((tab) => (
        <TabPanel key={tab.id} id={tab.id} className="tabpanel">
          {tab.body}
        </TabPanel>
      ))}
    </AriaTabs>
  )
}

/** One of a few, all in sight: "Findings | All checks". */
export function Choice<Id extends string>(props: {
  readonly label: string
  readonly options: readonly { readonly id: Id; readonly text: string }[]
  /** Undefined: a person has to choose. */
  readonly chosen: Id | undefined
  readonly onChoose: (id: Id) => void
}): ReactNode {
  return (
    <ToggleButtonGroup
      className="seg"
      aria-label={props.label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={props.chosen === undefined ? [] : [props.chosen]}
      onSelectionChange={(keys) => {
        const next = props.options.find((option) => keys.has(option.id))
        if (next) props.onChoose(next.id)
      }}
    >
      {props.options.map((option) => (
        <ToggleButton key={option.id} id={option.id} className="segment">
          {option.text}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  )
}
