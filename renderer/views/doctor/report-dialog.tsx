import type { ReactNode } from 'react'
import { Button } from '../../parts/button.tsx'
import { Copy } from '../../parts/copy.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ScrollBox } from '../../parts/scroll-box.tsx'
import { saveText } from '../../parts/save-text.ts'
import type { Checked } from '../../store/checked.ts'
import { useAsked } from '../../store/use-asked.ts'
import { useShellState } from '../../store/use-shell.ts'
import { sayCommon } from '../../words/common.ts'
import { sayDoctor } from '../../words/doctor.ts'
import { reportOf } from './report.ts'

/** "macula-report-2026-11-23-1042.txt" */
function fileName(at: number): string {
  const date = new Date(at)
  const two = (part: number): string => String(part).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `macula-report-${day}-${two(date.getHours())}${two(date.getMinutes())}.txt`
}

/** Shows the report before it is copied or saved: nobody hands out what they have not seen. */
export function ReportDialog(props: { readonly checked: Checked; readonly onClose: () => void }): ReactNode {
  const about = useShellState((state) => state.about)
  const snapshot = useShellState((state) => state.snapshot)
  const { checks, tookMs, at } = props.checked
  const { value: read } = useAsked('activity')
  const activity = read?.kind === 'entries' ? read.entries : undefined
  const text = reportOf({ about, snapshot, checks, tookMs, at, activity })
  return (
    <Dialog
      title={sayDoctor.report}
      wide
      onClose={props.onClose}
      buttons={
        <>
          <Button icon="save" onPress={() => saveText(fileName(at), text)}>
            {sayDoctor.saveIt}
          </Button>
          <Copy text={text} what={sayDoctor.reportText} button={sayDoctor.copyIt} />
          <Button focus onPress={props.onClose}>
            {sayCommon.close}
          </Button>
        </>
      }
    >
      <p>{sayDoctor.reportSays}</p>
      <ScrollBox className="code report" label={sayDoctor.reportText}>
        {text}
      </ScrollBox>
    </Dialog>
  )
}
