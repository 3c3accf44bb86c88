import { lazy, type ComponentType, type LazyExoticComponent } from 'react'
import type { View } from '../../preload/contract.ts'
import type { Place } from '../store/state.ts'

/** What every view is given: where the window is, for views that show one of several things. */
export interface ViewProps {
  readonly place: Place
}

/** A view's file is loaded when it is first shown; a hidden view costs nothing. */
export type LazyView = LazyExoticComponent<ComponentType<ViewProps>>

const views: Readonly<Record<View | 'service', LazyView>> = {
  services: lazy(async () => ({ default: (await import('./services/services-view.tsx')).ServicesView })),
  service: lazy(async () => ({ default: (await import('./service/service-view.tsx')).ServiceView })),
  logs: lazy(async () => ({ default: (await import('./logs/logs-view.tsx')).LogsView })),
  doctor: lazy(async () => ({ default: (await import('./doctor/doctor-view.tsx')).DoctorView })),
  changes: lazy(async () => ({ default: (await import('./changes/changes-view.tsx')).ChangesView })),
  settings: lazy(async () => ({ default: (await import('./settings/settings-view.tsx')).SettingsView })),
  wizard: lazy(async () => ({ default: (await import('./wizard/wizard-view.tsx')).WizardView })),
}

/** The view of a place; a service's own page is the services view with a service. */
export function viewAt(place: Place): LazyView {
  return views[place.view === 'services' && place.service !== undefined ? 'service' : place.view]
}
