/**
 * A word as it was typed, with each character that nobody sees written out (`\\u{1b}`): what only looks like another word must not be
 * told as that.
 */
export function typed(word: string): string {
  return word.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu,
    (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  )
}
