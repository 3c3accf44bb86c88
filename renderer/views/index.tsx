import type { ComponentType, LazyExoticComponent } from 'react'
import type { View } from '../../preload/contract.ts'
import { lazily, type Lazily } from '../parts/lazily.ts'
import type { Place } from '../store/state.ts'
import type { ViewProps } from './view-props.ts'

/** A view's file is loaded when it is first shown; a hidden view costs nothing. */
const views: Readonly<Record<View | 'service', Lazily<ViewProps>>> = {
  services: lazily(async () => (await import('./services/services-view.tsx')).ServicesView),
  service: lazily(async () => (await import('./service/service-view.tsx')).ServiceView),
  logs: lazily(async () => (await import('./logs/logs-view.tsx')).LogsView),
  doctor: lazily(async () => (await import('./doctor/doctor-view.tsx')).DoctorView),
  changes: lazily(async () => (await import('./changes/changes-view.tsx')).ChangesView),
  settings: lazily(async () => (await import('./settings/settings-view.tsx')).SettingsView),
  activity: lazily(async () => (await import('./activity/activity-view.tsx')).ActivityView),
  snapshots: lazily(async () => (await import('./snapshots/snapshots-view.tsx')).SnapshotsView),
  about: lazily(async () => (await import('./about/about-view.tsx')).AboutView),
  wizard: lazily(async () => (await import('./wizard/wizard-view.tsx')).WizardView),
}

const idOf = (place: Place): View | 'service' =>
  place.view === 'services' && place.service !== undefined ? 'service' : place.view

/** A view that could not be loaded, or broke, is loaded anew when it is shown next. */
export function forgetView(place: Place): void {
  views[idOf(place)].forget()
}

/** The view of a place; a service's own page is the services view with a service. */
export function viewAt(place: Place): LazyExoticComponent<ComponentType<ViewProps>> {
  return views[idOf(place)].part()
}
