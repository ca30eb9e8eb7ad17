// The MongoDB image runs this in the database `repopulse` when its data folder is new. It creates the server's user, who may read
// and write this database only.
// biome-ignore lint/style/useNodejsImportProtocol: mongosh has a require() of its own.
const password = require("fs").readFileSync("/secrets/mongodb_password", "utf8").trim();
db.createUser({ user: "repopulse", pwd: password, roles: [{ role: "readWrite", db: "repopulse" }] });
