import type { App, Session, WebContents } from 'electron'
import { basename } from 'node:path'
import { isOurs } from './page-files.ts'

/** All that a page may be given when it asks: writing to the clipboard after a click. */
const granted: ReadonlySet<string> = new Set(['clipboard-sanitized-write'])

/** Closes what a page could use to leave its place: permissions, the network, downloads of anything but its own blobs. */
export function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    answer(granted.has(permission) && isOurs(details.requestingUrl))
  })
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => granted.has(permission) && isOurs(origin),
  )
  session.setDevicePermissionHandler(() => false)
  session.webRequest.onBeforeRequest((details, answer) => {
    const own = isOurs(details.url) || isOwnBlob(details.url) || details.url.startsWith('data:image/')
    answer({ cancel: !own && !details.url.startsWith('devtools:') })
  })
  session.on('will-download', (event, item) => {
    if (!isOwnBlob(item.getURL())) {
      event.preventDefault()
      return
    }
    item.setSaveDialogOptions({ title: 'Save', defaultPath: basename(item.getFilename()) })
  })
}

function isOwnBlob(url: string): boolean {
  return url.startsWith('blob:') && isOurs(url.slice('blob:'.length))
}

/** Nothing navigates, opens windows or embeds pages, in whatever contents there will ever be. */
export function lockContents(app: App): void {
  app.on('web-contents-created', (_event, contents) => lock(contents))
}

function lock(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-navigate', (event) => event.preventDefault())
  contents.on('will-frame-navigate', (event) => event.preventDefault())
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.on('login', (event) => event.preventDefault())
}
