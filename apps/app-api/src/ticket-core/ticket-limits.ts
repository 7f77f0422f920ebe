/** The most tags that a ticket carries. */
export const mostTags = 20;

/** The most links that a ticket has: a list without pages, and more than anybody reads. */
export const mostLinks = 100;
