import { expect, test } from 'vitest'
import { whyNotBucket } from '../../../main/model/bucket.ts'

test.each(['abc', 'shop-images', 'a.b.c', '2026', 'x'.repeat(63), '1.2.3', 'health', 'minio-1'])(
  '%s can be a bucket',
  (name) => {
    expect(whyNotBucket(name)).toBeUndefined()
  },
)

test.each([
  ['', '3 to 63'],
  ['ab', '3 to 63'],
  ['x'.repeat(64), '3 to 63'],
  ['Shop', 'a-z'],
  ['shop_images', 'a-z'],
  ['shop/images', 'a-z'],
  ['shop images', 'a-z'],
  ['schön', 'a-z'],
  ['-shop', 'begin and end'],
  ['shop-', 'begin and end'],
  ['.shop', 'begin and end'],
  ['shop.', 'begin and end'],
  ['shop..images', 'between letters'],
  ['shop.-images', 'between letters'],
  ['shop-.images', 'between letters'],
  ['192.168.5.4', 'IP address'],
  ['xn--shop', 'for itself'],
  ['sthree-shop', 'for itself'],
  ['amzn-s3-demo-shop', 'for itself'],
  ['shop-s3alias', 'for itself'],
  ['shop--ol-s3', 'for itself'],
  ['shop.mrap', 'for itself'],
  ['shop--x-s3', 'for itself'],
  ['shop--table-s3', 'for itself'],
  ['minio', 'for itself'],
])('%j cannot', (name, says) => {
  expect(whyNotBucket(name)).toContain(says)
})
