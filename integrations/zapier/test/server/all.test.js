/** Everything that needs a running server, one after the other, because the last of it moves the server's clock. */

import "./hooks.js";
import "./actions.js";
import "./samples.js";
import "./connection.js";
