var myHeaders = new Headers();
myHeaders.append("Authorization", `Bearer ${bearerToken}`);
var requestOptions = {
  method: "GET",
  headers: myHeaders,
  redirect: "follow",
};
fetch("https://api.msgboxx.io/conversation/6bea4b13-e818-4544-8c43-e28a5c6cb67f", requestOptions)
  .then((response) => response.text())
  .then((result) => console.log(result))
  .catch((error) => console.log("error", error));
