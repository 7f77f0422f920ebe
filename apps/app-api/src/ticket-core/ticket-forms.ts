/** A tag, whole. */
export const tagForm = /^[a-z0-9_-]{1,50}$/;

/** An id in a list of them. */
export const uuidForm = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/** What names a ticket. */
export const idOrNumber = /^(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[1-9]\d{0,9})$/;
