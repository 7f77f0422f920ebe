/** How many rows and ids a row of an archive may hold: more than honest ones do. */

/** As many as a ticket of Zendesk's may have. */
export const mostComments = 5000;
export const mostParticipants = 1000;
export const mostMembers = 10_000;
/** Of one comment. */
export const mostFiles = 100;
