/** Whatever shows somebody's name, role or status. */
export const userKeys = (id: string) => [['user', id], ['users'], ['staff'], ['people']] as const;
