// The MongoDB image runs this in the database `repopulse` when its data folder is new. It creates the server's user, who may read
// and write this database only.
const password = require("fs").readFileSync("/secrets/mongodb_password", "utf8").trim();
db.createUser({ user: "repopulse", pwd: password, roles: [{ role: "readWrite", db: "repopulse" }] });
