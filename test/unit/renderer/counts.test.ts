import { expect, test } from 'vitest'
import { sayDoctor } from '../../../renderer/words/doctor.ts'
import { sayStrip } from '../../../renderer/words/services.ts'
import { sayReview } from '../../../renderer/words/wizard-changes.ts'
import { sayImages, sayStart } from '../../../renderer/words/wizard-services.ts'

test.each([
  [sayImages.before(1, 1), /^1 image is downloaded once/],
  [sayImages.before(3, 3), /^3 images are downloaded once/],
  [sayImages.before(1, 3), '1 of 3 images is missing; the others are here.'],
  [sayImages.before(2, 3), '2 of 3 images are missing; the other is here.'],
  [sayImages.here(1), 'The image is here.'],
  [sayImages.here(2), 'Both images are here.'],
  [sayStart.before(1, 1), /^1 service starts[.]/],
  [sayStart.before(2, 2), /^2 services start in the order/],
  [
    sayStart.before(14, 19),
    /^14 of 19 services start in the order in which they need each other[.] What is not set up is left out[.] Each ladder/,
  ],
  [sayReview.apply(0), 'Apply changes…'],
  [sayReview.apply(1), 'Apply 1 change…'],
  [sayStart.count(1, 3), '1 of 3 answers'],
  [sayStart.count(0, 3), '0 of 3 answer'],
  [sayDoctor.nothingSays(1), /^The check passed:/],
  [sayDoctor.nothingSays(13), /^All 13 checks passed:/],
  [sayStrip.calmBeside(0), 'No service can be reached'],
  [sayStrip.calmBeside(1), '1 service can be reached'],
])('the window says: %s', (says, wanted) => expect(says).toMatch(wanted))
