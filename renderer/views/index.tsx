import { lazy, type ComponentType, type LazyExoticComponent } from 'react'
import type { View } from '../../preload/contract.ts'
import type { Place } from '../store/state.ts'

/** What every view is given: where the window is, for views that show one of several things. */
export interface ViewProps {
  readonly place: Place
}

/** A view's file is loaded when it is first shown; a hidden view costs nothing. */
export type LazyView = LazyExoticComponent<ComponentType<ViewProps>>

type Loaded = ComponentType<ViewProps>

const loads: Readonly<Record<View | 'service', () => Promise<Loaded>>> = {
  services: async () => (await import('./services/services-view.tsx')).ServicesView,
  service: async () => (await import('./service/service-view.tsx')).ServiceView,
  logs: async () => (await import('./logs/logs-view.tsx')).LogsView,
  doctor: async () => (await import('./doctor/doctor-view.tsx')).DoctorView,
  changes: async () => (await import('./changes/changes-view.tsx')).ChangesView,
  settings: async () => (await import('./settings/settings-view.tsx')).SettingsView,
  wizard: async () => (await import('./wizard/wizard-view.tsx')).WizardView,
}

/** Pauses before a file is asked for once more (ms). */
const PAUSES = [50, 200, 800, 2000]

const views = new Map<View | 'service', LazyView>()

/**
 * Loads a view's file. Browsers end what is under way when the machine's networks change (ERR_NETWORK_CHANGED), which
 * Docker does whenever something starts: a view must not be lost for that.
 */
async function load(id: View | 'service'): Promise<{ readonly default: Loaded }> {
  for (const pause of PAUSES)
    try {
      return { default: await loads[id]() }
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  return { default: await loads[id]() }
}

const idOf = (place: Place): View | 'service' =>
  place.view === 'services' && place.service !== undefined ? 'service' : place.view

/** A view that could not be loaded, or broke, is loaded anew when it is shown next. */
export function forgetView(place: Place): void {
  views.delete(idOf(place))
}

/** The view of a place; a service's own page is the services view with a service. */
export function viewAt(place: Place): LazyView {
  const id = idOf(place)
  const known = views.get(id)
  if (known) return known
  const view = lazy(async () => await load(id))
  views.set(id, view)
  return view
}
