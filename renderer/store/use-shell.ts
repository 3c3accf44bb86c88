import { createContext, useCallback, useContext, useSyncExternalStore } from 'react'
import { useStore } from 'zustand'
import { canExplore } from '../../main/model/explore.ts'
import type { ServiceView, TierView } from '../../main/model/snapshot.ts'
import type { Actions } from '../actions.ts'
import { rowHub, type RowFacts } from './row-facts.ts'
import type { Shell } from './shell.ts'
import type { ShellState } from './state.ts'

/** What every component may reach. */
export interface Reach {
  readonly shell: Shell
  readonly actions: Actions
}

export const ReachContext = createContext<Reach | null>(null)

function useReach(): Reach {
  const reach = useContext(ReachContext)
  if (reach === null) throw new Error('rendered outside of <App>')
  return reach
}

/** The store with its requests and events. */
export function useShell(): Shell {
  return useReach().shell
}

/** What a person can do. */
export function useActions(): Actions {
  return useReach().actions
}

/** A part of the state; redraws only when that part changes (compared by identity). */
export function useShellState<T>(select: (state: ShellState) => T): T {
  return useStore(useReach().shell.store, select)
}

/** One service as it is drawn. */
export function useService(id: string | undefined): ServiceView | undefined {
  return useShellState((state) => state.shown?.services.find((view) => view.id === id))
}

/** Whether Grafana can show anything now; where it cannot, nothing that leads there looks as if it would. */
export function useCanExplore(): boolean {
  return useShellState((state) => canExplore(state.shown?.services ?? []))
}

/** One tier as the engine tells it. */
export function useTier(id: string): TierView | undefined {
  return useShellState((state) => state.shown?.tiers.find((tier) => tier.id === id))
}

/** What a row of home is drawn from; redraws only with changes of that row, and looks at no other. */
export function useRow(id: string): RowFacts | undefined {
  const hub = rowHub(useReach().shell.store)
  return useSyncExternalStore(
    useCallback((tell) => hub.subscribe(id, tell), [hub, id]),
    () => hub.get(id),
  )
}
