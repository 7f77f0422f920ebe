/**
 * The key of a shortcut, on any layout: the letter that was typed, or, where the layout has no Latin letters, the one that
 * stands there on the keyboard. Undefined with a modifier that is not Shift.
 */
export function keyOf(
  event: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey'>,
): string | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  if (event.key.length > 1 || /^[\x20-\x7e]$/.test(event.key))
    return event.key.length > 1 ? event.key : event.key.toLowerCase();
  return /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : undefined;
}

/** Whether letters go into a text there. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('input:not([type=checkbox]), textarea, select, [role=menu] *, [role=listbox] *'))
  );
}
