var myHeaders = new Headers();
myHeaders.append("content-type", "application/json");
myHeaders.append("X-Calling-Application", "My Application Name Here");
var raw = JSON.stringify({
  username: "my@username.com",
  password: "MySuperSecurePassw0rd!",
});
var requestOptions = {
  method: "POST",
  headers: myHeaders,
  body: raw,
  redirect: "follow",
};
fetch("https://api.msgboxx.io/oauth/token", requestOptions)
  .then((response) => response.text())
  .then((result) => console.log(result))
  .catch((error) => console.log("error", error));
