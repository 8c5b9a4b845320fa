var myHeaders = new Headers();
myHeaders.append("content-type", "application/json");
var requestOptions = {
  method: "DELETE",
  headers: myHeaders,
  redirect: "follow",
};
fetch("https://api.msgboxx.io/webhook/bafb3dd2-8749-4ebf-91ae-dc1ab18a2cc6", requestOptions)
  .then((response) => response.text())
  .then((result) => console.log(result))
  .catch((error) => console.log("error", error));
