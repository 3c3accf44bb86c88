import { changeSettings, defaultSettings } from '../../../main/system/keep/settings.ts'
import type { Engine } from '../../../main/engine/engine.ts'
import type { Settings, SettingsView } from '../../../main/model/service.ts'
import type { System } from '../../../main/system/open-system.ts'

/** A system around a stand-in engine: settings are kept in memory, no file is read or written. */
export function systemOf(engine: Engine, notes: readonly string[] = []): System {
  let settings: Settings = { ...defaultSettings, ...engine.settings }
  const view = (): SettingsView => ({
    settings,
    defaults: defaultSettings,
    file: '/home/anna/.config/macula-desktop/settings.json',
    routes: [
      {
        id: 'route-systemd-resolved',
        title: 'systemd-resolved',
        fits: true,
        says: 'systemd-resolved 252 answers names on this machine.',
        inPlace: true,
      },
      {
        id: 'route-hosts',
        title: 'Names in /etc/hosts',
        fits: true,
        says: 'Every machine has this file.',
        inPlace: false,
      },
    ],
  })
  return {
    engine,
    notes,
    paths: {
      config: '/home/anna/.config/macula-desktop',
      services: '/home/anna/.config/macula-desktop/services',
      state: '/home/anna/.local/state/macula-desktop',
    },
    settings: {
      view: () => Promise.resolve(view()),
      async save(patch) {
        settings = changeSettings(settings, typeof patch === 'function' ? patch(settings) : patch)
      },
      reset() {
        settings = { ...defaultSettings, ...engine.settings }
        return Promise.resolve()
      },
    },
    readPresent: () =>
      Promise.resolve({ '/etc/sysctl.d/60-macula.conf': 'net.ipv4.ip_unprivileged_port_start=1024\n' }),
  }
}
