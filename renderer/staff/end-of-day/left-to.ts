/** Where something that is left can be dealt with. */
export type LeftTo = 'today' | 'requests' | 'approve' | 'stick'
