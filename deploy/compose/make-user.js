// Run by the MongoDB image in the database `repopulse` when its folder is new: the server's own user, who may do there what a
// store needs and nothing anywhere else.
const password = require("fs").readFileSync("/secrets/mongodb_password", "utf8").trim();
db.createUser({ user: "repopulse", pwd: password, roles: [{ role: "readWrite", db: "repopulse" }] });
