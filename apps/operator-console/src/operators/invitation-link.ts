/** The page that takes an operator's invitation; the token stands behind `#`, so that no server logs it. */
export const invitationLink = (token: string): string => `${location.origin}/invitation#${token}`;
