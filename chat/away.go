package chat

// NobodyThere, said by a session instead of a reason, makes it one that does not count
// (IRC: AWAY *).
const NobodyThere = "*"
