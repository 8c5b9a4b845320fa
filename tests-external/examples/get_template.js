var myHeaders = new Headers();
myHeaders.append("Authorization", `Bearer ${bearerToken}`);
var requestOptions = {
  method: "GET",
  headers: myHeaders,
  redirect: "follow",
};
fetch("https://api.msgboxx.io/template/0bbadd13-0e3f-4ebb-9f65-9e6ee460d7ba", requestOptions)
  .then((response) => response.text())
  .then((result) => console.log(result))
  .catch((error) => console.log("error", error));
